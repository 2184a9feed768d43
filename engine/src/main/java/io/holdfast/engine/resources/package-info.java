/** HTTP: one class a noun, each method a few lines around a service. */
@NullMarked
package io.holdfast.engine.resources;

import org.jspecify.annotations.NullMarked;
