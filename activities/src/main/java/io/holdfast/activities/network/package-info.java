/** libvirt networks and their DHCP reservations. */
@NullMarked
package io.holdfast.activities.network;

import org.jspecify.annotations.NullMarked;
