/**
 * Large collections of videos as tar files in the layout of WebDataset: {@link
 * org.mae4j.data.shards.ShardWriter} writes them, {@link org.mae4j.data.shards.TarShards} reads
 * clips from them, one file after the other.
 */
package org.mae4j.data.shards;
