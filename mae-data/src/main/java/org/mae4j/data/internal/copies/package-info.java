/**
 * How small copies of videos come to be: made once, by one of many threads, processes and machines,
 * and told from other files.
 */
package org.mae4j.data.internal.copies;
