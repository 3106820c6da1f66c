/** What runs write beside models. No part of the promise of stability. */
package org.mae4j.train.internal;
