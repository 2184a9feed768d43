/** Events for a receiver outside: kept until it has them, and signed. */
@NullMarked
package io.holdfast.engine.webhook;

import org.jspecify.annotations.NullMarked;
