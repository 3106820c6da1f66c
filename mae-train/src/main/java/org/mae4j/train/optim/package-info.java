/** The optimizer, and which of its settings each parameter has. */
package org.mae4j.train.optim;
