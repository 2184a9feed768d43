/** What is to become of recovery points: records in, a plan in words out. */
@NullMarked
package io.holdfast.engine.protection;

import org.jspecify.annotations.NullMarked;
