/** How accuracy grows with the hours of video seen in pretraining, and where that would lead. */
package org.mae4j.eval.scaling;
