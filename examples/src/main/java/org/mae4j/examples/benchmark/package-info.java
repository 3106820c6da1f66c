/** What the benchmark programs measure with: products, arithmetic, memory, host time. */
package org.mae4j.examples.benchmark;
