/**
 * What programs train and judge on: the toy nursery, or folders of a user's. Start at {@link
 * org.mae4j.examples.app.footage.Footage}.
 */
package org.mae4j.examples.app.footage;
