# Writes psych.json, beside this file: what r-cran-psych says of three small data sets, and the sets.
#   Rscript psych.R > psych.json        (Debian: r-base-core, r-cran-psych, r-cran-jsonlite)
suppressMessages(library(psych))
set.seed(20261129)
strength <- rnorm(240)
right <- sapply(seq(-1.5, 1.5, length.out = 12), function(hard) as.integer(strength - hard + rnorm(240) > 0))
parts <- sapply(seq(-1, 1, length.out = 8), function(hard) pmin(pmax(round(2 + strength - hard + rnorm(240)), 0), 4))
drawn <- right
for (try in 1:240) drawn[try, sample(12, 4)] <- NA
chosen <- ifelse(right == 1, 1, matrix(sample(2:4, 240 * 12, replace = TRUE), 240))
told <- function(x) {
  found <- alpha(as.data.frame(x), warnings = FALSE)
  list(rows = unname(as.matrix(x)), alpha = found$total$raw_alpha, mean = unname(found$item.stats$mean),
       n = found$item.stats$n, rest = found$item.stats$r.drop)
}
shares <- response.frequencies(chosen)
data(bock)
out <- list(
  psych = as.character(packageVersion("psych")), R = R.version.string,
  call = "alpha(as.data.frame(rows))$total$raw_alpha, $item.stats[c('n', 'mean', 'r.drop')]; response.frequencies(chosen)",
  right = told(right), parts = told(parts), drawn = told(drawn), lsat6 = told(lsat6),
  chosen = list(rows = unname(chosen), shares = unname(shares[, as.character(1:4)]))
)
# 1,000 rows of five answers are told as how often each of them was there.
patterns <- table(apply(lsat6, 1, paste, collapse = ""))
out$lsat6$rows <- as.list(patterns)
cat(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "\n")
