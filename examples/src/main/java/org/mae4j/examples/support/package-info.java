/** What several examples share: progress on the console, and loaders that follow a recipe. */
package org.mae4j.examples.support;
