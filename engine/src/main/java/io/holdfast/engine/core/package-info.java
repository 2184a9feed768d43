/** What each call means: arguments, names to ids, prerequisites, one transaction. */
@NullMarked
package io.holdfast.engine.core;

import org.jspecify.annotations.NullMarked;
