/** Tests on real hosts of the lab. */
@NullMarked
package io.holdfast.activities.lab;

import org.jspecify.annotations.NullMarked;
