package org.mae4j.data.shards;

import org.mae4j.api.ClipInfo;

/**
 * A video in a tar file.
 *
 * @param info its id and label
 * @param offset of its first byte in the tar file
 * @param size in bytes
 */
record ShardMember(ClipInfo info, long offset, int size) {}
