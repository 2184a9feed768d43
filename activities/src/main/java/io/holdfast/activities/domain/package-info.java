/** libvirt domains of instances. */
@NullMarked
package io.holdfast.activities.domain;

import org.jspecify.annotations.NullMarked;
