/** What is in a data set, and what is broken in it. */
package org.mae4j.examples.app.check;
