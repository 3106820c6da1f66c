/** Where a model looks: attention over the frames of a clip, as numbers and in pictures. */
package org.mae4j.eval.attention;
