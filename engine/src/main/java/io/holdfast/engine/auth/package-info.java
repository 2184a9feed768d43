/** Bearer tokens and roles. */
@NullMarked
package io.holdfast.engine.auth;

import org.jspecify.annotations.NullMarked;
