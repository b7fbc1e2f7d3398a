"""What survey pages, files and papers show, made from published results (surveys.results.as_json) alone. Pure: no database, no request."""
