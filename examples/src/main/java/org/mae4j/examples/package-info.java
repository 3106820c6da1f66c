/**
 * Programs to run and to learn from, and what they share. Start at {@link
 * org.mae4j.examples.guide}, whose programs are a page each; then {@link org.mae4j.examples.app}
 * for one's own videos and {@link org.mae4j.examples.paper} for the paper's results. No part of the
 * library: copy from here what you need.
 */
package org.mae4j.examples;
