/** The life of an instance: create, delete, power. */
@NullMarked
package io.holdfast.workflows.instance;

import org.jspecify.annotations.NullMarked;
