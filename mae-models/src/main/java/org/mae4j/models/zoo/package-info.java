/**
 * The weights that the paper's authors published, by name. {@link
 * org.mae4j.models.zoo.PublishedModels} loads them from a folder where they were downloaded to;
 * nothing here uses the network.
 */
package org.mae4j.models.zoo;
