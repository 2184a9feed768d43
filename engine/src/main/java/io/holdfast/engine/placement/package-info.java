/** Where an instance goes and which addresses it gets: pure functions of records. */
@NullMarked
package io.holdfast.engine.placement;

import org.jspecify.annotations.NullMarked;
