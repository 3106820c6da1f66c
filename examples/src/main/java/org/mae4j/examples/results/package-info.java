/**
 * What the five results share: a study says what to pretrain on and what to judge by, a workshop
 * trains each model once and remembers it.
 */
package org.mae4j.examples.results;
