package io.holdfast.config;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Both processes read settings, and the host worker must stay small. */
@AnalyzeClasses(packages = "io.holdfast.config", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule NOTHING_OF_OURS_AND_NO_HTTP_SERVER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.holdfast.engine..",
              "io.holdfast.activities..",
              "io.holdfast.workflows..",
              "io.dropwizard.core..",
              "io.dropwizard.jersey..",
              "org.eclipse.jetty..");
}
