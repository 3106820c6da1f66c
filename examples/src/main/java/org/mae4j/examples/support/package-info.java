/**
 * What several programs share: progress on the console, folders of results, settings that a resumed
 * run reads back. Nothing here is worth a look before one of the programs is read.
 */
package org.mae4j.examples.support;
