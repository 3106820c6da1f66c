/**
 * Several processes that train one model together: {@link org.mae4j.train.ranks.RankEnvironment}
 * says which of how many this one is, and opens the {@link org.mae4j.train.ranks.Ranks} that a
 * trainer is given.
 */
package org.mae4j.train.ranks;
