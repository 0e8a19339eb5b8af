# Print the sentences of a Coq file, one a line, each after the number of the line it starts on; comments (which nest) are
# left out, strings are emptied.
{
  line = $0 "\n"
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1); two = substr(line, i, 2)
    if (in_string) { if (c == "\"") in_string = 0; if (depth == 0 && c == "\"") sentence = sentence c; continue }
    if (c == "\"") { in_string = 1; if (depth == 0) { if (sentence ~ /^ *$/) start = NR; sentence = sentence c }; continue }
    if (two == "(*" && substr(line, i, 3) != "(*)") { depth++; i++; continue }
    if (two == "*)" && depth > 0) { depth--; i++; continue }
    if (depth > 0) continue
    if (c == "\n" || c == "\t") c = " "
    if (sentence ~ /^ *$/ && c != " ") start = NR
    sentence = sentence c
    # a sentence ends at a full stop before white space; bullets and braces open no new line of their own
    if (c == "." && substr(line, i + 1, 1) ~ /[ \t\n]/) { emit() }
  }
}
END { emit() }
function emit() {
  gsub(/^[ ]*([-+*{}]+[ ]*)*/, "", sentence)
  if (sentence != "") print start ": " sentence
  sentence = ""
}
