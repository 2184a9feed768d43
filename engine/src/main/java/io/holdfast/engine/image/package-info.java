/** The engine's image store: contents on disk, what they are, and who may fetch them. */
@NullMarked
package io.holdfast.engine.image;

import org.jspecify.annotations.NullMarked;
