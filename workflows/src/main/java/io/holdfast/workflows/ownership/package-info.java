/** Who owns an instance: hosts are told, and tell what they have. */
@NullMarked
package io.holdfast.workflows.ownership;

import org.jspecify.annotations.NullMarked;
