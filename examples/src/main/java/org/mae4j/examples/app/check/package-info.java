/**
 * What is in a data set, and what is broken in it: every file is opened, none is changed. Start at
 * {@link org.mae4j.examples.app.check.CheckData}.
 */
package org.mae4j.examples.app.check;
