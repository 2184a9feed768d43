/** Bringing an image into the catalogue. */
@NullMarked
package io.holdfast.workflows.image;

import org.jspecify.annotations.NullMarked;
