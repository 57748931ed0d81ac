//! The manual: one page, with a section for each command.

use std::io;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::args::Cli;

pub(super) fn page() -> io::Result<Vec<u8>> {
    let mut cli = Cli::command();
    cli.build();
    let mut page = Vec::new();
    let whole = Man::new(cli.clone());
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    whole.render_options_section(&mut page)?;
    for command in cli.get_subcommands() {
        section(command, &mut page)?;
    }
    Ok(page)
}

fn section(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    if command.get_name() == "help" {
        return Ok(());
    }
    let mut inner = command.get_subcommands().peekable();
    if inner.peek().is_some() {
        return inner.try_for_each(|command| section(command, page));
    }
    let name = command.get_bin_name().unwrap_or(command.get_name());
    page.extend(format!(".SH \"{}\"\n", name.to_uppercase()).bytes());
    // Every command has these; they stand at the top.
    let own = command.clone().mut_args(|arg| match arg.get_id().as_str() {
        "color" | "help" | "version" => arg.hide(true),
        _ => arg,
    });
    let man = Man::new(own);
    let mut text = Vec::new();
    man.render_description_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_options_section(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    // What a page has as sections are parts of one here, and the description needs no heading.
    let text = text.replacen(".SH DESCRIPTION\n", "", 1);
    page.extend(text.replace("\n.SH ", "\n.SS ").bytes());
    Ok(())
}
