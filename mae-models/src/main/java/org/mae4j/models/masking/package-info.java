/**
 * Which tokens the encoder sees: the paper's masking strategies, and those of other work. At the
 * same ratio two of them may keep different numbers of tokens of a grid, since some round per slot.
 * Those that go by motion look at the clips, see {@link org.mae4j.api.masking.ContentMasking}.
 * Start at {@link org.mae4j.models.masking.RandomMasking}.
 */
package org.mae4j.models.masking;
