"""What people call our fields at the head of a column, in British, American and West African school offices."""

from server.learning.roster.mapping import RosterField

# Words in lower case without punctuation. A leading "~" marks a name that also means other things.
SYNONYMS: dict[RosterField, tuple[str, ...]] = {
    RosterField.NUMBER: (
        *("number", "index number", "index no", "index num", "index", "student id", "student number", "student no"),
        *("student index", "student index number", "id number", "id no", "matric number", "matric no", "matric"),
        *("matriculation number", "admission number", "admission no", "adm no", "registration number", "reg no"),
        *("reg number", "registration no", "registration", "roll number", "roll no", "learner id", "learner number"),
        *("learner no", "trainee id", "trainee number", "candidate number", "staff id", "staff number", "staff no"),
        *("employee id", "employee number", "employee no", "payroll number", "person number", "member number"),
        *("reference number", "ref no", "sourcedid", "identifier", "student code", "student identifier", "~id", "~no"),
        *("~user id", "~code", "~ref"),
    ),
    RosterField.GIVEN_NAME: (
        *("given name", "given names", "first name", "first names", "firstname", "forename", "forenames", "fname"),
        *("christian name", "student first name", "given", "first", "name first", "prenom"),
    ),
    RosterField.FAMILY_NAME: (
        *("family name", "surname", "last name", "lastname", "lname", "student last name", "student surname", "family"),
        *("last", "name last", "~second name", "family names", "surnames", "nom"),
    ),
    RosterField.OTHER_NAMES: (
        *("other names", "other name", "othernames", "middle name", "middle names", "middlename", "middle initial"),
        *("middle", "additional names", "other given names"),
    ),
    RosterField.FULL_NAME: (
        *("full name", "fullname", "name", "names", "student name", "name of student", "student full name"),
        *("learner name", "trainee name", "candidate name", "employee name", "staff name", "display name"),
        *("name of trainee", "name of learner", "complete name", "students name"),
    ),
    RosterField.EMAIL: (
        *("email", "e mail", "email address", "e mail address", "mail", "student email", "school email", "emails"),
        *("personal email", "work email", "institutional email", "contact email", "email id"),
    ),
    RosterField.PHONE: (
        *("phone", "phone number", "phone no", "mobile", "mobile number", "mobile no", "mobile phone", "telephone"),
        *("telephone number", "tel", "tel no", "tel number", "cell", "cell phone", "cellphone", "cell number", "gsm"),
        *("contact number", "contact no", "whatsapp", "whatsapp number", "sms", "momo number", "student phone"),
        *("~contact", "handphone", "phone 1", "primary phone"),
    ),
    RosterField.DATE_OF_BIRTH: (
        *("date of birth", "dob", "d o b", "birth date", "birthdate", "birthday", "born", "born on", "date born"),
        *("student dob", "birth day"),
    ),
    RosterField.USERNAME: ("username", "user name", "login", "login name", "user", "account name", "logon name"),
    RosterField.ROLE: (
        *("role", "roles", "user role", "user type", "person type", "account type", "~type", "~position", "~category"),
    ),
    RosterField.STATUS: (
        *("status", "state", "student status", "enrolment status", "enrollment status", "record status", "~active"),
        *("account status",),
    ),
    RosterField.PREFERRED_LANGUAGE: (
        *("preferred language", "language", "lang", "locale", "language of instruction", "~mother tongue"),
    ),
    RosterField.COHORT_CODE: (
        *("cohort", "cohort code", "cohort id", "class code", "class id", "class", "group", "group code", "section"),
        *("section code", "stream", "intake", "batch", "batch code", "set", "~form", "tutorial group"),
    ),
    RosterField.COHORT_TITLE: (
        *("cohort name", "cohort title", "class name", "class title", "group name", "section name", "batch name"),
    ),
    RosterField.COURSE_CODE: (
        *("course", "course code", "course id", "programme", "program", "programme code", "program code", "course no"),
        *("programme id", "program id", "course number", "~subject", "subject code", "programme of study"),
    ),
    RosterField.COURSE_TITLE: (
        *("course name", "course title", "programme name", "program name", "programme title", "program title"),
        *("subject name", "subject title"),
    ),
    RosterField.TERM: (
        *("term", "academic term", "semester", "session", "academic session", "academic year", "~year", "term name"),
    ),
    RosterField.BEGINS: (
        *("begins", "start date", "begin date", "date enrolled", "date enroled", "enrolment date", "enrollment date"),
        *("admission date", "date of admission", "date admitted", "enrolled on", "joined", "date joined", "start"),
    ),
    RosterField.BRANCH: (
        *("branch", "branch name", "name of branch", "campus", "campus name", "training centre", "training center"),
        *("study centre", "study center", "site", "~centre", "~center", "~location", "~station"),
    ),
    RosterField.ADDRESS: (
        *("address", "home address", "postal address", "residential address", "residence", "street address"),
        *("permanent address", "mailing address", "student address", "gps address", "digital address"),
    ),
    RosterField.GUARDIAN_NAME: (
        *("guardian", "guardian name", "name of guardian", "guardian full name", "parent", "parent name"),
        *("name of parent", "parent guardian", "parent guardian name", "next of kin", "next of kin name"),
        *("emergency contact", "emergency contact name", "~contact person", "~father name", "~mother name"),
    ),
    RosterField.GUARDIAN_RELATION: (
        *("guardian relation", "guardian relationship", "relation", "relationship", "relation to student"),
        *("relationship to student", "parent relation", "next of kin relation", "next of kin relationship"),
    ),
    RosterField.GUARDIAN_PHONE: (
        *("guardian phone", "guardian phone number", "guardian mobile", "guardian contact", "guardian number"),
        *("guardian tel", "parent phone", "parent phone number", "parent mobile", "parent contact", "parent tel"),
        *("next of kin phone", "next of kin contact", "emergency phone", "emergency contact number"),
        *("emergency contact phone", "emergency number"),
    ),
    RosterField.GUARDIAN_EMAIL: (
        *("guardian email", "guardian mail", "guardian e mail", "guardian email address", "parent email"),
        *("parent e mail", "parent email address", "next of kin email", "emergency contact email"),
    ),
    RosterField.SPONSOR_NAME: (
        *("sponsor", "sponsor name", "name of sponsor", "employer", "employer name", "sponsoring organisation"),
        *("second contact", "second contact name", "second guardian", "second guardian name"),
    ),
    RosterField.SPONSOR_RELATION: ("sponsor relation", "sponsor relationship", "second contact relation"),
    RosterField.SPONSOR_PHONE: (
        *("sponsor phone", "sponsor phone number", "sponsor contact", "sponsor mobile", "sponsor tel"),
        *("employer phone", "second contact phone", "second guardian phone"),
    ),
    RosterField.SPONSOR_EMAIL: (
        *("sponsor email", "sponsor mail", "sponsor e mail", "sponsor email address", "employer email"),
        *("second contact email", "second guardian email"),
    ),
    RosterField.ENDS: (
        *("ends", "end date", "completion date", "leaving date", "date left", "withdrawal date", "left on", "end"),
    ),
}
