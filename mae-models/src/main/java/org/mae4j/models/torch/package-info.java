/**
 * The way to libtorch: starting the engine, and running TorchScript so that every operator of the
 * libtorch that DJL carries can be reached.
 */
package org.mae4j.models.torch;
