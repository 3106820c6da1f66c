/**
 * Distortions of pictures, to see how far recognition reaches beyond what was learnt: like those of
 * the out-of-distribution tasks of Geirhos et al. (arXiv 1808.08750, 2106.07411), made here so that
 * any pictures will do. They come before scaling and normalisation.
 */
package org.mae4j.data.corruption;
