/** What is predicted of masked tokens, and how a prediction is compared with it. */
package org.mae4j.models.objective;
