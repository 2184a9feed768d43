/** Commands besides the server, and one-line complaints about configuration files. */
@NullMarked
package io.holdfast.engine.cli;

import org.jspecify.annotations.NullMarked;
