/** What other modules of this project need of PyTorch beyond DJL's own API. Not for users. */
package org.mae4j.models.torch.internal;
