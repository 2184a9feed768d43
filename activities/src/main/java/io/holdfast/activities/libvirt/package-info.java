/** One connection to the host's libvirt, shared by all; reopened when the daemon died. */
@NullMarked
package io.holdfast.activities.libvirt;

import org.jspecify.annotations.NullMarked;
