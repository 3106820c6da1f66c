/** Which tokens the encoder sees: the paper's masking strategies. */
package org.mae4j.models.masking;
