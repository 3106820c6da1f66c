/**
 * The paper's five results: a study says what to pretrain on and what to judge by, each model is
 * trained once and remembered.
 */
package org.mae4j.examples.paper;
