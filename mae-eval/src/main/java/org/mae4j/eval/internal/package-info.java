/**
 * What the packages of this module share: a pass over clips, files of pictures. No part of the
 * promise of stability.
 */
package org.mae4j.eval.internal;
