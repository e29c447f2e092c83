"""Build and install the plugin."""

from pathlib import Path

from setuptools import find_packages, setup

for link, target in (("static", "static"), ("translations", "translations"), ("locale", "translations")):
    if not Path("wins_xblocks", link).is_dir():
        raise SystemExit(f"wins_xblocks/{link} must be a link to ../{target}: clone again with git's core.symlinks on")

setup(
    name="wins-xblocks",
    version="0.1.0",
    description="Professional certification on Open edX: study time, quizzes and exam vouchers for the WINS Academy",
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(include=["wins_xblocks", "wins_xblocks.*", "course_export", "course_export.*"]),
    package_data={
        "wins_xblocks": [
            "static/**/*",
            "templates/**/*",
            "translations/**/*.mo",
            "locale/**/*.mo",
            "domain/programme/programme.yaml",
        ],
        "course_export": ["content/**/*"],
    },
    install_requires=[
        "XBlock>=5.2,<7",
        "Django>=4.2,<6",
        'web-fragments; python_version < "3.12"',  # XBlock 6.2 and later ship it themselves
        "edx-opaque-keys",
        "lxml",
        "pydantic>=2,<3",
        "PyYAML",
        "Markdown",
        "nh3",
        "cryptography",
    ],
    extras_require={
        # Which release of each: that of a line of Open edX, in tests/lines/*.txt.
        "host": [
            'xblock-sdk==0.13.*; python_version < "3.12"',
            'xblock-sdk>=0.14,<0.16; python_version >= "3.12"',
            "XBlock[django]",  # the extra that the older SDKs forget to name
        ],
        "test": [
            "pytest>=8",
            "pytest-django>=4.8",
            "pytest-randomly>=3.15",
            "hypothesis>=6.100",
            "selenium>=4.20",
            "olxcleaner>=0.3",
            "edx-ccx-keys>=2",
            "openedx-filters>=2.1",
            "import-linter>=2.1",
            "ruff>=0.17,<0.18",
            "mypy>=2,<3",
            "psycopg[binary]>=3.1.8",
            "PyMySQL>=1.1",
            "build>=1.2",
            "polib>=1.2",
            "openpyxl>=3.1",  # reads what we write as a workbook
            # Our events are sent by the release's own package, where there is one (not in the host).
            "openedx-events>=10.2",
            "mkdocs>=1.6,<2",
            "types-Markdown",
            "types-PyYAML",
            "lxml-stubs",
        ],
    },
    entry_points={
        "xblock.v1": [
            "wins_module = wins_xblocks.module_block:ModuleBlock",
            "wins_study_time = wins_xblocks.study_time_block:StudyTimeBlock",
            "wins_quiz = wins_xblocks.quiz_block:QuizBlock",
            "wins_exam_voucher = wins_xblocks.exam_voucher_block:ExamVoucherBlock",
        ],
        "openedx.course_tab": ["wins_path = wins_xblocks.course_tab:PathTab"],
        "lms.djangoapp": ["wins_xblocks = wins_xblocks.apps:WinsXBlocksConfig"],
        "cms.djangoapp": ["wins_xblocks = wins_xblocks.apps:WinsXBlocksConfig"],
    },
)
