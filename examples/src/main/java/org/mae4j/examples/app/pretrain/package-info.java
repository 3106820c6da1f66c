/**
 * The program that pretrains by any recipe on any videos. Start at {@link
 * org.mae4j.examples.app.pretrain.Pretrain}.
 */
package org.mae4j.examples.app.pretrain;
