/** Typed settings of both processes; the YAML files lie beside this module's pom. */
@NullMarked
package io.holdfast.config;

import org.jspecify.annotations.NullMarked;
