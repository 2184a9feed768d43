/**
 * Takes the one disk out of what was sent: compression, tar, OVA. Everything here comes from a
 * stranger, is read once as a stream, and never becomes a path of the file system.
 */
@NullMarked
package io.holdfast.engine.image.unpack;

import org.jspecify.annotations.NullMarked;
