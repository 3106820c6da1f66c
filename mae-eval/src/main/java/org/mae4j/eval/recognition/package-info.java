/**
 * Object recognition from photographs, also distorted ones: which of 16 categories a model of
 * ImageNet's 1000 classes decides for ({@link org.mae4j.eval.recognition.CategoryRule}), and how
 * often that is right on the out-of-distribution tasks of Geirhos et al. 2021, arXiv 2106.07411
 * ({@link org.mae4j.eval.recognition.OutOfDistribution}).
 */
package org.mae4j.eval.recognition;
