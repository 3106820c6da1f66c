/** The weights that the paper's authors published, by name. */
package org.mae4j.models.zoo;
