/** How a run goes: what listeners are told of it, and the files that keep it. */
package org.mae4j.train.metrics;
