/** RFC 9457 problems: every answer that is not a success is made here. */
@NullMarked
package io.holdfast.engine.errors;

import org.jspecify.annotations.NullMarked;
