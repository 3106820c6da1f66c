/**
 * What one does with the library, a page each: the programs of docs/guide.md. Each takes files and
 * folders as its arguments; {@code examples/run NAME} says which.
 */
package org.mae4j.examples.guide;
