package org.mae4j.eval.report;

/** A piece of a {@link Section}. Text is plain: the page escapes it. */
public sealed interface Block permits Paragraph, Picture, Table, Details, Link {

  /** The name of the macro that draws it. */
  String kind();
}
