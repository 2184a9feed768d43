/** Bringing an image into the catalogue, and taking it out. */
@NullMarked
package io.holdfast.workflows.image;

import org.jspecify.annotations.NullMarked;
